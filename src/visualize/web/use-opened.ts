import { useCallback, useEffect, useState } from 'react';
import type { TestPath } from '../../testing/test-path.ts';
import type { Coverage } from '../play/coverage.ts';
import type { RunFile } from '../run-file/run-file.ts';
import { readOpenable } from '../read-openable.ts';
import type { ViewName } from './use-session.ts';

interface Takers {
  /** The file that came inside the page; `null` if none did. */
  readonly opened: string | null;
  readonly onRun: (run: RunFile) => void;
  readonly onScenario: (text: string, files: ReadonlyMap<string, string>) => void;
  readonly onPaths: (paths: readonly TestPath[]) => void;
  readonly onCoverage: (coverage: Coverage) => void;
  readonly onView: (view: ViewName) => void;
}

const isScenario = ({ name }: File): boolean => /\.ya?ml$/i.test(name);

/** Whatever is opened or dropped, and whatever came inside the page, goes to the view that shows it. */
export function useOpened({ opened, onRun, onScenario, onPaths, onCoverage, onView }: Takers) {
  const [paths, setPaths] = useState<readonly TestPath[] | null>(null);
  const [coverage, setCoverage] = useState<Coverage | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const openText = useCallback(
    (text: string) => {
      const read = readOpenable(text);
      setProblem(read.type === 'problem' ? read.message : null);
      switch (read.type) {
        case 'run':
          onRun(read.run);
          return onView('fleet');
        case 'paths':
          setPaths(read.paths);
          // A coverage that is shown is not of these paths.
          setCoverage(null);
          onPaths(read.paths);
          return onView('paths');
        case 'coverage':
          setCoverage(read.coverage);
          onCoverage(read.coverage);
          return onView('paths');
        case 'problem':
          return undefined;
      }
    },
    [onRun, onPaths, onCoverage, onView],
  );

  const openFiles = useCallback(
    (files: readonly File[]) => {
      const read = async () => {
        const texts = new Map(await Promise.all(files.map(async (file) => [file.name, await file.text()] as const)));
        const scenario = files.find(isScenario);
        if (scenario === undefined) return texts.forEach((text) => openText(text));
        setProblem(null);
        onScenario(texts.get(scenario.name) ?? '', texts);
        onView('fleet');
      };
      read().catch(() => setProblem('The file could not be read.'));
    },
    [openText, onScenario, onView],
  );

  useEffect(() => {
    if (opened !== null) openText(opened);
    // What came inside the page is opened once, when the page begins.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  useEffect(() => {
    const onDragOver = (event: DragEvent) => event.preventDefault();
    const onDrop = (event: DragEvent) => {
      // The browser would leave the page and show the file instead.
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
