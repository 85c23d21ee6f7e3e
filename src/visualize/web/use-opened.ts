import { useCallback, useEffect, useState } from 'react';
import type { TestPath } from '../../testing/index.ts';
import type { Coverage } from '../play/coverage.ts';
import type { ReadRun } from '../run-file/read-run-file.ts';
import { readOpenable } from '../read-openable.ts';
import type { ViewName } from './use-session.ts';

interface Takers {
  /** The file embedded in the page; `null` for none. */
  readonly opened: string | null;
  /** `text` is the file's; `null` if it is embedded in the page, which still has it after a reload. */
  readonly onRun: (run: ReadRun, text: string | null) => void;
  readonly onFleet: (name: string, text: string) => void;
  readonly onScenario: (text: string, files: ReadonlyMap<string, string>) => void;
  readonly onPaths: (paths: readonly TestPath[]) => void;
  readonly onCoverage: (coverage: Coverage) => void;
  readonly onView: (view: ViewName) => void;
}

const isScenario = (name: string): boolean => /\.ya?ml$/i.test(name);

/** `null` if it cannot be read: it may be a folder, or deleted. */
const textOf = async (file: File): Promise<{ readonly name: string; readonly text: string | null }> => ({
  name: file.name,
  text: await file.text().catch(() => null),
});

/** Sends an opened, dropped or embedded file to the view that shows it. */
export function useOpened({ opened, onRun, onFleet, onScenario, onPaths, onCoverage, onView }: Takers) {
  const [paths, setPaths] = useState<readonly TestPath[] | null>(null);
  const [coverage, setCoverage] = useState<Coverage | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  /** Returns a sentence if it cannot be opened. */
  const openText = useCallback(
    (name: string, text: string): string | null => {
      const read = readOpenable(text);
      switch (read.type) {
        case 'run':
          onRun(read.run, name === '' ? null : text);
          onView('fleet');
          return null;
        case 'fleet':
          onFleet(name, read.text);
          onView('fleet');
          return null;
        case 'paths':
          setPaths(read.paths);
          // The displayed coverage is not of these paths.
          setCoverage(null);
          onPaths(read.paths);
          onView('paths');
          return null;
        case 'coverage':
          setCoverage(read.coverage);
          onCoverage(read.coverage);
          onView('paths');
          return null;
        case 'problem':
          return read.message;
      }
    },
    [onRun, onFleet, onPaths, onCoverage, onView],
  );

  const openFiles = useCallback(
    (files: readonly File[]) => {
      const read = async () => {
        const texts = await Promise.all(files.map(textOf));
        const scenario = texts.find(({ name, text }) => isScenario(name) && text !== null);
        if (scenario?.text !== undefined && scenario.text !== null) {
          onScenario(scenario.text, new Map(texts.flatMap(({ name, text }) => (text === null ? [] : [[name, text]]))));
          onView('fleet');
        }
        const problems = texts.flatMap(({ name, text }) => {
          const problem =
            text === null ? 'The file could not be read.' : scenario === undefined ? openText(name, text) : null;
          return problem === null ? [] : [`${name}: ${problem}`];
        });
        setProblem(problems.length === 0 ? null : problems.join(' '));
      };
      void read();
    },
    [openText, onScenario, onView],
  );

  useEffect(() => {
    if (opened !== null) setProblem(openText('', opened));
    // Opens the embedded file once, when the page starts.
  }, []);

  useEffect(() => {
    const onDragOver = (event: DragEvent) => event.preventDefault();
    const onDrop = (event: DragEvent) => {
      // Otherwise, the browser would leave the page and show the file.
      event.preventDefault();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0) openFiles(files);
    };
    globalThis.addEventListener('dragover', onDragOver);
    globalThis.addEventListener('drop', onDrop);
    return () => {
      globalThis.removeEventListener('dragover', onDragOver);
      globalThis.removeEventListener('drop', onDrop);
    };
  }, [openFiles]);

  return { paths, setPaths, coverage, setCoverage, problem, openFiles };
}
