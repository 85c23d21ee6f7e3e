import { useCallback } from 'react';
import type { Findable, FindableList } from '../find/find.ts';
import { hostsOfRun, partsOfRun, type RunTarget } from '../find/findables-of-run.ts';
import { wordsOf } from '../find/find.ts';
import { countLooks } from '../film/looks.ts';
import { findings, type Finding } from './fleet/examples.ts';
import type { OpenRun } from './fleet/open-runs.ts';
import type { Findables } from './find-dialog.tsx';
import { viewNames, viewTitles, type ViewName } from './use-session.ts';

interface Actions {
  readonly onView: (view: ViewName) => void;
  readonly onFinding: (finding: Finding) => void;
  readonly onTarget: (run: OpenRun, target: RunTarget) => void;
}

/** Everything that can currently be found on the page. */
export function useFindables(open: readonly OpenRun[], { onView, onFinding, onTarget }: Actions): () => Findables {
  return useCallback(() => {
    const goTo = <Of>(run: OpenRun, each: Findable<Of>, target: RunTarget): Findable<() => void> => ({
      title: each.title,
      detail: open.length > 1 ? `${each.detail}, in ${run.history.file.title}` : each.detail,
      target: () => onTarget(run, target),
    });
    const views = viewNames.map((view) => ({
      title: viewTitles[view],
      detail: 'view',
      target: () => onView(view),
    }));
    const parts = open.flatMap((run) => {
      const counts = countLooks(run.film.film.looksAt(run.time ?? run.film.endRunMs));
      return partsOfRun(run.history, run.film, counts).map((part) => goTo(run, part, part.target));
    });
    const found = findings.map((finding) => ({
      title: finding.title,
      detail: 'what simulation found',
      target: () => onFinding(finding),
    }));
    const lists = open.map((run): FindableList<() => void> => {
      const { titles, at } = hostsOfRun(run.history, run.film);
      return {
        titles,
        at: (index) => {
          const host = at(index);
          return goTo(run, host, host.target);
        },
      };
    });
    const after = (query: string): readonly Findable<() => void>[] => {
      const words = wordsOf(query);
      const [text] = words;
      if (text === undefined || words.length > 1) return [];
      return open.flatMap((run) =>
        run.history.hosts.some(({ hostname }) => hostname.toLowerCase().includes(text))
          ? [
              goTo(
                run,
                { title: `Show only hosts with “${text}”`, detail: 'the others fade', target: null },
                { type: 'filter', filter: { type: 'name', text } },
              ),
            ]
          : [],
      );
    };
    return { few: [...views, ...parts, ...found], lists, after };
  }, [open, onView, onFinding, onTarget]);
}
