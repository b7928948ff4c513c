import { readFile } from 'node:fs/promises';
import { createRoute, z } from '@hono/zod-openapi';
import { CovidCtError, pathExists, sha256, writeFileAtomic } from '../../base/index.ts';
import { explainableModel, readModelFile } from '../../benchmark/index.ts';
import type { Desk } from '../desk.ts';
import { sendBytes } from '../images/send-bytes.ts';
import type { SubmissionEntry } from '../submissions/submissions.ts';
import { answers, newRoutes, releaseParams } from './route.ts';

const submissionSchema = z.object({
  id: z.string(),
  name: z.string(),
  origin: z.enum(['run', 'result', 'upload']),
  source: z.string(),
  model: z.boolean(),
  architecture: z.string().nullable(),
  recipe: z.string().nullable(),
  track: z.enum(['legacy', 'clean']),
  seed: z.int().nullable(),
  control: z.string().nullable(),
}).openapi('Submission');
const listSchema = z.object({ submissions: z.array(submissionSchema) }).openapi('Submissions');
const params = releaseParams.extend({ id: z.string().regex(/^[a-z0-9-]{1,120}$/) });

const list = createRoute({ method: 'get', path: '/releases/{release}/submissions', summary: 'Runs, recorded results and uploaded predictions of this release', request: { params: releaseParams }, responses: answers(listSchema, 'What can be judged.') });
const model = createRoute({ method: 'get', path: '/releases/{release}/submissions/{id}/model', summary: 'The exported model of a run, with Grad-CAM in its graph', request: { params }, responses: { 200: { description: 'An ONNX file with a card and a seal.', content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } } } } });

function toAnswer({ id, name, origin, model: file, submission, track }: SubmissionEntry): z.infer<typeof submissionSchema> {
  const configuration = submission.run?.configuration;
  return { id, name, origin, source: submission.path, model: file !== undefined, architecture: configuration?.architecture ?? null, recipe: configuration?.recipe.preset ?? null, track, seed: configuration?.seed ?? null, control: configuration?.control ?? null };
}

/** What can be judged on a release, and the models among it. */
export function submissionRoutes(desk: Desk) {
  /** Made once: the run's model again, with a Grad-CAM output. */
  const explained = async (entry: SubmissionEntry): Promise<Uint8Array> => {
    const path = desk.workspace.path('documents', `model-${entry.tag}.onnx`);
    if (await pathExists(path)) return readFile(path);
    const { onnx } = await explainableModel(entry.submission.path, await readModelFile(entry.submission.path));
    await writeFileAtomic(path, onnx);
    return onnx;
  };
  return newRoutes()
    .openapi(list, async (context) => {
      const indexed = await desk.shelf.open(context.req.valid('param').release);
      return context.json(listSchema.parse({ submissions: (await desk.submissions.list(indexed)).map(toAnswer) }), 200);
    })
    .openapi(model, async (context) => {
      const { release, id } = context.req.valid('param');
      const entry = await desk.submissions.get(await desk.shelf.open(release), id);
      if (entry.model === undefined) throw new CovidCtError('NOT_FOUND', `${entry.name} has no exported model.`, { hint: 'Results that are kept with the code are scores alone; a run trained here has its model.' });
      const onnx = await explained(entry);
      return sendBytes(context, onnx, { type: 'application/octet-stream', tag: sha256(onnx).slice(0, 32), immutable: false, name: `${entry.name}.onnx` });
    });
}
