import { FileButton } from '../file-button.tsx';
import { useMenu } from '../use-menu.ts';
import { scenarioVariants, type ScenarioVariant } from './scenario-variant.ts';

interface Props {
  /** `null` if the run cannot be run again. */
  readonly onVariant: ((variant: ScenarioVariant) => void) | null;
  readonly onFiles: (files: readonly File[]) => void;
}

/** Compares a run with itself after one change, or with another file. */
export function CompareMenu({ onVariant, onFiles }: Props) {
  const { menu, close } = useMenu();
  return (
    <details {...menu}>
      <summary>Compare</summary>
      <div className="menu-items">
        {onVariant === null ? (
          <p className="hint">This run has no scenario, so it cannot be run again with a change.</p>
        ) : (
          scenarioVariants.map((variant) => (
            <button
              key={variant}
              type="button"
              onClick={() => {
                onVariant(variant);
                close();
              }}
            >
              with {variant}
            </button>
          ))
        )}
        <FileButton
          label="with another file…"
          accept=".json,.jsonl,.yaml,.yml"
          onFiles={(files) => {
            onFiles(files);
            close();
          }}
        />
      </div>
    </details>
  );
}
