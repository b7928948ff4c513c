import { Center, Loader } from '@mantine/core';

/** Something is on its way. */
export function Waiting() {
  return <Center p="xl" role="status" aria-label="Loading"><Loader size="sm" type="dots" /></Center>;
}
