import { useMenu } from '../use-menu.ts';
import { findings, type Finding } from './examples.ts';

interface Props {
  readonly onShow: (finding: Finding) => void;
}

/** A tour of what simulation found. One click plays the run that shows a finding. */
export function FindingsMenu({ onShow }: Props) {
  const { menu, close } = useMenu();
  return (
    <details {...menu}>
      <summary>What simulation found</summary>
      <ul className="menu-items findings">
        {findings.map((finding) => (
          <li key={finding.title}>
            <button
              type="button"
              onClick={() => {
                onShow(finding);
                close();
              }}
            >
              <strong>{finding.title}</strong>
              <small>{finding.note}</small>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
