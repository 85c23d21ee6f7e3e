interface Props {
  readonly label: string;
  readonly accept: string;
  readonly onFiles: (files: readonly File[]) => void;
}

/** Opens files from disk. The same file can be opened again. */
export const FileButton = ({ label, accept, onFiles }: Props) => (
  <label className="file-button">
    {label}
    <input
      type="file"
      multiple
      accept={accept}
      onChange={(event) => {
        onFiles([...(event.target.files ?? [])]);
        event.target.value = '';
      }}
    />
  </label>
);
