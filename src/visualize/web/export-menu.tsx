import { type ChartName, chartNamed } from '../chart-catalogue.ts';
import { diagramFormatNames, diagramFormats, writeDiagram } from '../exports/formats.ts';
import { layoutOf } from '../layouts.ts';
import { toSvg } from '../exports/svg.ts';
import { CopyButton } from './copy-button.tsx';
import { themeNow } from './theme-now.ts';
import { saveBlob, saveText } from './save-text.ts';
import { useMenu } from './use-menu.ts';

const PNG_SCALE = 2;

/** All export formats of the chart. */
export function ExportMenu({ name }: { readonly name: ChartName }) {
  const { menu, close } = useMenu();
  return (
    <details {...menu}>
      <summary>Export</summary>
      <div className="menu-items">
        {diagramFormatNames.map((format) => (
          <button
            key={format}
            type="button"
            onClick={() => {
              const { extension, mediaType } = diagramFormats[format];
              saveText(`${name}.${extension}`, mediaType, writeDiagram(name, format));
              close();
            }}
          >
            {diagramFormats[format].title}
          </button>
        ))}
        <button
          type="button"
          onClick={() => {
            void savePng(name);
            close();
          }}
        >
          PNG picture
        </button>
        <hr />
        <CopyButton label="Copy link to this" text={() => globalThis.location.href} />
      </div>
    </details>
  );
}

async function savePng(name: ChartName): Promise<void> {
  const { width, height } = layoutOf(name);
  const image = new Image(width, height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(toSvg(chartNamed(name), layoutOf(name), themeNow()))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width * PNG_SCALE;
  canvas.height = height * PNG_SCALE;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => blob !== null && saveBlob(`${name}.png`, blob), 'image/png');
}
