import { useRef, useState } from 'react';
import { KeptList } from './kept-list.tsx';
import { RunForm } from './run-form.tsx';
import type { ScenarioDraft } from './draft.ts';
import type { useRuns } from './use-runs.ts';

interface Props {
  readonly runs: ReturnType<typeof useRuns>;
  readonly draft: ScenarioDraft;
  readonly onDraft: (draft: ScenarioDraft) => void;
  readonly onFiles: (files: readonly File[]) => void;
}

/** What to run next, behind one button: it is used once and would take its room from everybody. */
export function RunMenu({ runs, draft, onDraft, onFiles }: Props) {
  const menu = useRef<HTMLDetailsElement>(null);
  const [isOpen, setOpen] = useState(false);
  const close = () => {
    menu.current?.removeAttribute('open');
    menu.current?.querySelector('summary')?.focus();
  };
  return (
    <details
      className="menu"
      ref={menu}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
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
