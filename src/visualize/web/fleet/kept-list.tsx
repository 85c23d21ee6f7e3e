import { useEffect, useState } from 'react';
import { forgetRun, keptRuns, type KeptRun } from './kept-runs.ts';

interface Props {
  readonly onOpen: (name: string) => void;
}

/** The runs that this browser keeps; each can be shown again, and forgotten. */
export function KeptList({ onOpen }: Props) {
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
