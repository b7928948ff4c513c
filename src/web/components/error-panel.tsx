import { Alert, Button, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { ServerProblem } from '../app/client.ts';

/** What went wrong, what to do, and a way to try again. */
export function ErrorPanel({ error, retry }: { readonly error: unknown; readonly retry?: (() => void) | undefined }) {
  const problem = error instanceof ServerProblem ? error.problem : undefined;
  const message = problem?.detail ?? (error instanceof Error ? error.message : String(error));
  return (
    <Alert m="md" color="red" icon={<IconAlertTriangle size={18} />} title={problem?.title ?? 'Something went wrong'} maw={720}>
      <Text size="sm" className="wrap-anywhere">{message}</Text>
      {problem?.hint !== undefined && <Text size="sm" c="dimmed" mt={4} className="wrap-anywhere">{problem.hint}</Text>}
      {retry !== undefined && <Button mt="sm" variant="default" onClick={retry}>Try again</Button>}
    </Alert>
  );
}
