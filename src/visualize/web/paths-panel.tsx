import { useMemo, useState } from 'react';
import { criteria, type CriterionName, type TestPath } from '../../testing/index.ts';
import type { ChartModel } from '../chart-model.ts';
import { coverageShares, type Coverage, type Share } from '../play/coverage.ts';
import { criteriaOf, playableFile, playablePaths } from '../play/playable-paths.ts';
import type { Session } from '../play/session.ts';
import { FileButton } from './file-button.tsx';

interface Props {
  readonly model: ChartModel;
  readonly session: Session;
  readonly coverage: Coverage | null;
  readonly onCoverage: (coverage: Coverage | null) => void;
  /** The paths of a file, instead of generated ones. */
  readonly opened: readonly TestPath[] | null;
  readonly onOpened: (paths: readonly TestPath[] | null) => void;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onPlay: (session: Session) => void;
}

const MOST_SHOWN = 200;

/** Generated paths by criterion, or those of a file, to play on the chart, and what they cover. */
export function PathsPanel({ model, session, coverage, onCoverage, opened, onOpened, onFiles, onPlay }: Props) {
  const [chosen, setCriterion] = useState<CriterionName>('validTransitions');
  const known = criteriaOf(session);
  const criterion = known.find((name) => name === chosen) ?? 'validTransitions';
  const found = useMemo(
    () => (opened === null ? playablePaths(session, criterion) : playableFile(opened)),
    // The current session does not affect which paths there are.
    [session.machine, session.side, session.onHealthFailure, criterion, opened],
  );
  const { paths } = found;
  const playing = session.start.kind === 'record' ? session.start.title : null;

  return (
    <aside className="paths" aria-label="Paths">
      <section>
        <label className="stacked">
          <span>Criterion</span>
          <select
            value={criterion}
            onChange={(event) => {
              onOpened(null);
              onCoverage(null);
              setCriterion(known.find((name) => name === event.target.value) ?? 'allStates');
            }}
            data-testid="criterion"
          >
            {known.map((name) => (
              <option key={name} value={name}>
                {criteria[name].title}
              </option>
            ))}
          </select>
        </label>
        <p className="hint" data-testid="paths-summary">
          {opened === null ? '' : 'From the file: '}
          {paths.length} {paths.length === 1 ? 'path' : 'paths'}, {paths.reduce((sum, { steps }) => sum + steps, 0)}{' '}
          steps
          {found.remark}.
        </p>
        <div className="row">
          <button
            type="button"
            aria-pressed={coverage !== null}
            onClick={() => onCoverage(coverage === null ? found.coverage() : null)}
          >
            {coverage === null ? 'Show coverage' : 'Hide coverage'}
          </button>
          <FileButton label="Open file…" accept=".json" onFiles={onFiles} />
        </div>
        {coverage !== null && <CoverageHint model={model} coverage={coverage} />}
      </section>
      <ol className="path-list" data-testid="paths">
        {paths.slice(0, MOST_SHOWN).map((path, index) => (
          <li key={path.name}>
            <button
              type="button"
              className="quiet"
              aria-pressed={path.name === playing}
              onClick={() => onPlay(path.session)}
            >
              <span className="number">{index + 1}</span>
              <span>{withoutCriterion(path.name)}</span>
            </button>
          </li>
        ))}
      </ol>
      {paths.length > MOST_SHOWN && <p className="hint">The first {MOST_SHOWN} are shown.</p>}
    </aside>
  );
}

function CoverageHint({ model, coverage }: { readonly model: ChartModel; readonly coverage: Coverage }) {
  const { accepted, refused } = coverageShares(model, coverage);
  return (
    <p className="hint" data-testid="coverage-summary">
      Faded on the chart: what {coverage.title} never exercises. Exercised: {shareText(accepted)} of what is accepted,{' '}
      {shareText(refused)} of what is refused.
    </p>
  );
}

const shareText = ({ covered, all }: Share): string =>
  `${covered} of ${all}${all === 0 ? '' : ` (${Math.floor((100 * covered) / all)} %)`}`;

/** `validTransitions 4 (agent, halt): Pending → …`: every entry starts the same way, so the rest distinguishes it. */
const withoutCriterion = (name: string): string => name.replace(/^\w+(?:\([^:]*\))? \d+ \([^:]*\): /, '');
