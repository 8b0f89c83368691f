import { useRef } from 'preact/hooks';

interface FileButtonProps {
  readonly id: string;
  readonly label: string;
  /** Choose a folder with all it holds instead of single files. */
  readonly folder?: boolean;
  onFiles(files: readonly File[]): Promise<void>;
}

/** A button that opens the browser's file dialogue; the same file can be chosen again. */
export function FileButton({ id, label, folder = false, onFiles }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  const chosen = () => {
    const files = [...(input.current?.files ?? [])];
    if (input.current !== null) input.current.value = '';
    void onFiles(files);
  };
  return (
    <>
      <button type="button" onClick={() => input.current?.click()}>
        {label}
      </button>
      <input
        ref={input}
        id={id}
        type="file"
        multiple
        hidden
        aria-label={label}
        onChange={chosen}
        {...(folder ? { webkitdirectory: true } : {})}
      />
    </>
  );
}
