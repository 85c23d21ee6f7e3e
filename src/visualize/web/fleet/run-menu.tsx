import { useEffect, useState } from 'react';
import { useMenu } from '../use-menu.ts';
import { forgetRun, keptRuns, type KeptRun } from './kept-runs.ts';
import { RunForm } from './run-form.tsx';
import type { ScenarioDraft } from './draft.ts';
import type { useRuns } from './use-runs.ts';

interface Props {
  readonly runs: ReturnType<typeof useRuns>;
  readonly draft: ScenarioDraft;
  readonly onDraft: (draft: ScenarioDraft) => void;
  readonly onFiles: (files: readonly File[]) => void;
}

/** Chooses what to run next, behind one button, because it is used once and takes space. */
export function RunMenu({ runs, draft, onDraft, onFiles }: Props) {
  const { menu, close } = useMenu();
  const [isOpen, setOpen] = useState(false);
  return (
    <details {...menu} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>New run</summary>
      <div className="menu-items run-menu">
        <RunForm
          isRunning={runs.runner.type === 'running'}
          isWriting={draft.isShown}
          onRun={(choice) => {
            runs.start({ type: 'generated', choice });
            close();
          }}
          onWrite={() => {
            onDraft({ ...draft, isShown: !draft.isShown });
            close();
          }}
          onFiles={(files) => {
            onFiles(files);
            close();
          }}
        />
        {isOpen && (
          <KeptList
            onOpen={(name) => {
              void runs.openKept(name);
              close();
            }}
          />
        )}
      </div>
    </details>
  );
}

/** The runs kept in this browser. Each can be shown again or deleted. */
function KeptList({ onOpen }: { readonly onOpen: (name: string) => void }) {
  const [runs, setRuns] = useState<readonly KeptRun[]>([]);
  useEffect(() => {
    void keptRuns().then(setRuns);
  }, []);
  if (runs.length === 0) return null;
  return (
    <section className="kept" aria-label="Kept in this browser">
      <h2>Kept in this browser</h2>
      <ul>
        {runs.map(({ name, title }) => (
          <li key={name} className="row between">
            <button type="button" className="quiet" onClick={() => onOpen(name)}>
              <bdi>{title}</bdi>
            </button>
            <button
              type="button"
              aria-label={`Forget ${title}`}
              onClick={() => {
                void forgetRun(name).then(() => setRuns((old) => old.filter((each) => each.name !== name)));
              }}
            >
              Forget
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
