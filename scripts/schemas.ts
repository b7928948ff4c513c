/** Writes the published JSON Schemas, which are made from the code's own: `npm run schemas`. */
import { writeFile } from 'node:fs/promises';
import { auditJsonSchema } from '../src/audit/index.ts';

await writeFile(new URL('../docs/schemas/audit.schema.json', import.meta.url), `${JSON.stringify(auditJsonSchema(), null, 2)}\n`);
