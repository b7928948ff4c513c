/** Writes the published JSON Schemas, which are made from the code's own: `npm run schemas`. */
import { writeFile } from 'node:fs/promises';
import { auditJsonSchema } from '../src/audit/index.ts';
import { submissionJsonSchema } from '../src/curation/index.ts';

await writeFile(new URL('../docs/schemas/audit.schema.json', import.meta.url), `${JSON.stringify(auditJsonSchema(), null, 2)}\n`);
await writeFile(new URL('../docs/schemas/submission.schema.json', import.meta.url), `${JSON.stringify(submissionJsonSchema(), null, 2)}\n`);
