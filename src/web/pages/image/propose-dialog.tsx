import { Select } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { usePropose } from '../../app/corrections.ts';
import { WhoDialog } from '../../components/who-dialog.tsx';

/** Proposes a correction of one image; nothing changes until somebody accepts it. */
export function ProposeDialog({ release, image, labels, close }: { readonly release: string; readonly image: { readonly key: string; readonly label: string }; readonly labels: readonly string[]; readonly close: () => void }) {
  const propose = usePropose(release);
  const others = labels.filter((label) => label !== image.label);
  const options = [{ value: 'quarantine', label: 'Leave it out of the clean track' }, ...others.map((label) => ({ value: `relabel ${label}`, label: `Relabel it as ${label}` }))];
  const [what, setWhat] = useState('quarantine');
  return (
    <WhoDialog title="Propose a correction" about="The release itself is never edited: corrections lie over it, with their history, and change the clean track once they are accepted." action="Propose" opened close={close} pending={propose.isPending} error={propose.error}
      decide={({ author, reason }) => {
        const [action, label] = what.split(' ');
        propose.mutate({ author, reason, proposal: action === 'relabel' && label !== undefined ? { action, images: [image.key], label } : { action: 'quarantine', images: [image.key] } }, {
          onSuccess: ({ changed }) => {
            notifications.show({ message: changed.length === 0 ? 'This was proposed before: see the page Audit.' : 'Proposed. Accept or reject it on the page Audit.' });
            close();
          },
        });
      }}>
      <Select label="What" data={options} value={what} onChange={(value) => setWhat(value ?? 'quarantine')} allowDeselect={false} />
    </WhoDialog>
  );
}
