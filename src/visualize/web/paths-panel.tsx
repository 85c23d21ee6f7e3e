import { useMemo, useState, type DragEvent } from 'react';
import { criteria, criterionNames, type CriterionName } from '../../testing/criterion.ts';
import { generatePaths } from '../../testing/generate.ts';
import type { TestPath } from '../../testing/test-path.ts';
import { coverageOfPaths, type Coverage } from '../play/coverage.ts';
import type { Session } from '../play/session.ts';
import { readOpenable } from '../read-openable.ts';

interface Props {
  readonly session: Session;
  readonly coverage: Coverage | null;
  readonly onCoverage: (coverage: Coverage | null) => void;
  /** The paths of a file, in place of generated ones. */
  readonly opened: readonly TestPath[] | null;
  readonly onOpened: (paths: readonly TestPath[] | null) => void;
  readonly onPlay: (path: TestPath) => void;
}

const MOST_SHOWN = 200;

/** Generated paths by criterion, or those of a file, to be played on the chart beside; and what they cover. */
export function PathsPanel({ session, coverage, onCoverage, opened, onOpened, onPlay }: Props) {
  const [criterion, setCriterion] = useState<CriterionName>('validTransitions');
  const [problem, setProblem] = useState<string | null>(null);
  const side = session.side === 'both' ? 'agent' : session.side;
  const policy = session.onHealthFailure;
  const generation = useMemo(
    () => generatePaths({ criterion: { kind: 'full', name: criterion }, side, onHealthFailure: policy }),
    [criterion, side, policy],
  );
  const paths = opened ?? generation.paths;
  const playing = session.start.kind === 'record' ? session.start.title : null;

  const open = (file: File | undefined) => {
    if (file === undefined) return;
    void file.text().then((text) => {
      const read = readOpenable(text);
      setProblem(
        read.type === 'problem'
          ? read.message
          : read.type === 'run'
            ? 'This is a run: open it in the fleet view.'
            : null,
      );
      if (read.type === 'paths') onOpened(read.paths);
      if (read.type === 'coverage') onCoverage(read.coverage);
    });
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    open(event.dataTransfer.files[0]);
  };
  return (
    <aside className="paths" aria-label="Paths" onDragOver={(event) => event.preventDefault()} onDrop={onDrop}>
      <section>
        <label className="stacked">
          <span>Criterion</span>
          <select
            value={criterion}
            onChange={(event) => {
              onOpened(null);
              setCriterion(criterionNames.find((name) => name === event.target.value) ?? 'allStates');
            }}
            data-testid="criterion"
          >
            {criterionNames.map((name) => (
              <option key={name} value={name}>
                {criteria[name].title}
              </option>
            ))}
          </select>
        </label>
        <p className="hint" data-testid="paths-summary">
          {opened === null ? '' : 'From the file: '}
          {paths.length} {paths.length === 1 ? 'path' : 'paths'},{' '}
          {paths.reduce((sum, { steps }) => sum + steps.length, 0)} steps
          {generation.unreached.length > 0 && opened === null
            ? `; ${generation.unreached.length} cannot be reached under this policy`
            : ''}
          {generation.wasCut && opened === null ? '; cut at its bound' : ''}.
        </p>
        <div className="row">
          <button
            type="button"
            aria-pressed={coverage !== null}
            onClick={() =>
              onCoverage(coverage === null ? coverageOfPaths(criteria[criterion].title, paths, side, policy) : null)
            }
          >
            {coverage === null ? 'Show coverage' : 'Hide coverage'}
          </button>
          <label className="file-button">
            Open file…
            <input
              type="file"
              accept=".json,application/json"
              onChange={(event) => {
                open(event.target.files?.[0]);
                event.target.value = '';
              }}
            />
          </label>
        </div>
        {coverage !== null && <p className="hint">Faded on the chart: what {coverage.title} never exercises.</p>}
        {problem !== null && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
      </section>
      <ol className="path-list" data-testid="paths">
        {paths.slice(0, MOST_SHOWN).map((path, index) => (
          <li key={path.name}>
            <button type="button" className="quiet" aria-pressed={path.name === playing} onClick={() => onPlay(path)}>
              <span className="number">{index + 1}</span>
              <span>
                {path.name}
                <small>{path.steps.length} steps</small>
              </span>
            </button>
          </li>
        ))}
      </ol>
      {paths.length > MOST_SHOWN && <p className="hint">The first {MOST_SHOWN} are shown.</p>}
    </aside>
  );
}
