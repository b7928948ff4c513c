import { contributionGuide, submissionJsonSchema } from '../../curation/index.ts';
import { defineCommand } from '../command.ts';

/** `covid-ct contribute guide`. */
export const contributeCommand = defineCommand({
  command: 'contribute <what>',
  describe: 'What to send and how: the guide, or the schema of a manifest',
  examples: [
    ['$0 contribute guide', 'what helps, what is asked, how to send it'],
    ['$0 contribute schema > submission.schema.json', 'the JSON Schema of a manifest'],
  ],
  options: (yargs) => yargs.positional('what', { choices: ['guide', 'schema'] as const, demandOption: true, describe: 'what to print' }),
  run: async (args, context) => {
    if (args.what === 'schema') {
      if (!context.json) context.print(JSON.stringify(submissionJsonSchema(), null, 2));
      context.printJson(submissionJsonSchema());
    } else {
      if (!context.json) context.print(contributionGuide);
      context.printJson({ guide: contributionGuide, schema: submissionJsonSchema() });
    }
    return 0;
  },
});
