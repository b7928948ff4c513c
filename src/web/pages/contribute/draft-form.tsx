import { Alert, Button, Checkbox, FileButton, Group, Paper, Progress, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconFileZip, IconMail, IconPhotoPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type DragEvent } from 'react';
import { client, read, ServerProblem } from '../../app/client.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { counted } from '../../components/format.ts';
import { CaseCard } from './case-card.tsx';
import classes from './contribute.module.css';
import { useDraft, type OpenDraft } from './use-draft.ts';

const drafts = client.api.releases[':release'].drafts[':draft'];

/** Where pictures are dropped. */
function Drop({ add, empty }: { readonly add: (files: readonly File[]) => void; readonly empty: boolean }) {
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    add([...event.dataTransfer.files]);
  };
  return (
    <div className={classes['drop']} data-over={over} data-small={!empty} role="group" aria-label="Add pictures" onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
      <IconPhotoPlus size={empty ? 34 : 20} stroke={1.4} aria-hidden />
      <div>
        <Text size="sm">{empty ? 'Drop CT slices here' : 'Drop more here'}</Text>
        {empty && <Text size="xs" c="dimmed">PNG, JPEG, or DICOM (CT, axial, one file a slice). One slice a file, no collages, no text in the picture.</Text>}
      </div>
      <FileButton multiple accept=".png,.jpg,.jpeg,.dcm,image/png,image/jpeg,application/dicom" onChange={add} inputProps={{ 'aria-label': 'Pictures' }}>{(props) => <Button {...props} variant={empty ? 'filled' : 'default'}>Choose files</Button>}</FileButton>
    </div>
  );
}

/** Files that were not kept, each with what to do. */
function Refused({ refused, forget }: { readonly refused: OpenDraft['refused']; readonly forget: () => void }) {
  if (refused.length === 0) return null;
  return (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} title={`${counted(refused.length, 'file')} refused; nothing of ${refused.length === 1 ? 'it' : 'them'} was kept`} withCloseButton closeButtonLabel="Understood" onClose={forget}>
      <Stack gap={6}>
        {refused.map(({ name, problem }, i) => (
          <div key={`${name} ${i}`}>
            <Text size="sm" className="wrap-anywhere">{problem instanceof Error ? problem.message : String(problem)}</Text>
            {problem instanceof ServerProblem && problem.problem.hint !== undefined && <Text size="xs" c="dimmed">{problem.problem.hint}</Text>}
          </div>
        ))}
      </Stack>
    </Alert>
  );
}

/** How it stands with the checks. */
function Standing({ open }: { readonly open: OpenDraft }) {
  const { check, checking, draft } = open;
  if (draft.cases.length === 0) return <Text size="sm" c="dimmed">Add a picture, and everything is checked as you type.</Text>;
  const wrong = (check?.faults.length ?? 0) + (check?.refusals.length ?? 0);
  const known = check?.progress ?? null;
  if (checking || check === undefined) {
    return (
      <div>
        <Text size="sm">{known === null ? 'Checking …' : 'Getting to know the release’s pictures, to find copies. This is done once.'}{wrong > 0 && ` ${counted(wrong, 'thing')} to mend so far.`}</Text>
        <Progress mt={6} size="sm" value={known === null ? 100 : (100 * known.done) / known.total} animated={known === null} striped={known === null} aria-label="Checking" />
      </div>
    );
  }
  if (wrong > 0) return <Text size="sm" className={classes['fault']} data-testid="standing">{counted(wrong, 'thing')} to mend</Text>;
  return <Text size="sm" className={classes['fine']} data-testid="standing"><IconCheck size={16} aria-hidden /> Nothing is wrong with {draft.cases.length === 1 ? 'this image' : `these ${draft.cases.length} images`}</Text>;
}

/** The form of the contribution guide: pictures, what is said of each, who gives them and by which right. */
export function DraftForm({ release, draft: id, setDraft, submitted }: { readonly release: string; readonly draft: string; readonly setDraft: (id: string) => void; readonly submitted: (submission: string) => void }) {
  const open = useDraft(release, id, setDraft);
  const { draft, check, checking, fault } = open;
  const queries = useQueryClient();
  const submit = useMutation({
    mutationFn: () => read(drafts.submit.$post({ param: { release, draft: id } })),
    onSuccess: async ({ submission }) => {
      await queries.invalidateQueries({ queryKey: ['contributions'] });
      submitted(submission);
    },
  });
  const ready = !checking && check !== undefined && check.complete && check.faults.length === 0 && check.refusals.length === 0 && draft.cases.length > 0;
  const faultOf = (path: string): string | undefined => check?.faults.find((one) => one.path === path)?.message;
  const overall = check?.refusals.filter(({ file }) => file === null) ?? [];
  const { contributor, attestations } = draft;
  const begun = draft.cases.length > 0;
  const address = (what: string): string => `/api/releases/${release}/drafts/${id}/${what}`;
  const link = (what: string) => (ready ? { component: 'a', href: address(what), download: true } as const : { disabled: true } as const);
  return (
    <Stack gap="lg">
      {fault !== undefined && <ErrorPanel error={fault} />}
      <Drop add={open.add} empty={!begun} />
      {open.sending.length > 0 && <Text size="sm" role="status">Sending {open.sending[0]}{open.sending.length > 1 && ` and ${open.sending.length - 1} more`} …</Text>}
      <Refused refused={open.refused} forget={open.forgetRefused} />
      {draft.cases.map((value, index) => (
        <CaseCard key={value.file} release={release} draft={id} value={value} index={index} name={open.names.get(value.file)} check={check} change={(part) => open.changeCase(index, part)} remove={() => open.removeCase(index)} />
      ))}
      {begun && (
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <Paper withBorder p="md" bg="var(--surface)">
            <Title order={2} mb="sm">Who gives them</Title>
            <Stack gap="sm">
              <TextInput label="Your name" autoComplete="name" value={contributor.name} error={faultOf('contributor.name')} onChange={(event) => open.change({ contributor: { ...contributor, name: event.currentTarget.value } })} />
              <TextInput label="E-mail" autoComplete="email" placeholder="for questions; may stay empty" value={contributor.email} error={faultOf('contributor.email')} onChange={(event) => open.change({ contributor: { ...contributor, email: event.currentTarget.value } })} />
            </Stack>
          </Paper>
          <Paper withBorder p="md" bg="var(--surface)">
            <Title order={2} mb="sm">You attest</Title>
            <Stack gap="sm">
              <Checkbox label="Nothing in files, pixels or words tells who a patient is" checked={attestations.deidentified} onChange={(event) => open.change({ attestations: { ...attestations, deidentified: event.currentTarget.checked } })} />
              <TextInput label="Consent, or the ethics decision" placeholder="which board, which number; of a published figure: the paper’s" value={attestations.consent} onChange={(event) => open.change({ attestations: { ...attestations, consent: event.currentTarget.value } })} />
              <TextInput label="By which right you give them" placeholder="own images, or the paper’s licence" value={attestations.rights} onChange={(event) => open.change({ attestations: { ...attestations, rights: event.currentTarget.value } })} />
            </Stack>
          </Paper>
        </SimpleGrid>
      )}
      {begun && (
        <div className={classes['standing']}>
          <div className={classes['state']}>
            <Standing open={open} />
            {!checking && overall.map(({ message, hint }) => <Text key={message} size="xs" c="dimmed">{message} {hint}</Text>)}
          </div>
          <Group gap="xs">
            <Button disabled={!ready} loading={submit.isPending} onClick={() => submit.mutate()}>Submit for review</Button>
            <Button variant="default" leftSection={<IconFileZip size={15} />} {...link('bundle')}>Bundle (.zip)</Button>
            <Button variant="default" leftSection={<IconMail size={15} />} {...link('message')}>Message (.eml)</Button>
            <Button variant="subtle" color="gray" onClick={() => void open.discard()}>Discard</Button>
          </Group>
        </div>
      )}
      {submit.error !== null && <ErrorPanel error={submit.error} />}
      {begun && <Text size="xs" c="dimmed">Submit puts them into this workspace, where people review them. A bundle or a message is for maintainers elsewhere: open the message in your mail program, look at it, and send it. This program sends nothing.</Text>}
    </Stack>
  );
}
