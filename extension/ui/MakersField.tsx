import type { Maker } from '../messages/protocol.ts';
import { filled, useWording } from './wording.ts';

const MAX_MAKERS = 10;

interface Props {
  readonly makers: readonly Maker[];
  onChange(makers: readonly Maker[]): void;
}

/** 制作人: names and numbers of the 执法证; enforcement needs two (law.md §1). */
export function MakersField({ makers, onChange }: Props) {
  const { text } = useWording();
  const rows = makers.length === 0 ? [{ name: '' }] : makers;
  const replace = (index: number, maker: Maker) =>
    onChange(rows.map((row, at) => (at === index ? maker : row)));
  return (
    <fieldset class="plain">
      <legend>{text.makers}</legend>
      {rows.map((maker, index) => (
        <MakerRow
          // Rows have no identity but their place.
          key={String(index)}
          maker={maker}
          onChange={(next) => replace(index, next)}
          {...(makers.length > 1 ? { onRemove: () => onChange(makers.filter((_, at) => at !== index)) } : {})}
        />
      ))}
      {rows.length < MAX_MAKERS && (
        <button type="button" class="button-link" onClick={() => onChange([...rows, { name: '' }])}>
          + {text.addMaker}
        </button>
      )}
    </fieldset>
  );
}

interface RowProps {
  readonly maker: Maker;
  onChange(maker: Maker): void;
  onRemove?: () => void;
}

function MakerRow({ maker, onChange, onRemove }: RowProps) {
  const { text } = useWording();
  const { certificate: _, ...withoutCertificate } = maker;
  const setCertificate = (certificate: string) =>
    onChange(certificate === '' ? withoutCertificate : { ...maker, certificate });
  return (
    <div class="row">
      <input
        aria-label={text.makerName}
        placeholder={text.makerName}
        maxLength={100}
        value={maker.name}
        onInput={(event) => onChange({ ...maker, name: event.currentTarget.value })}
      />
      <input
        aria-label={text.makerCertificate}
        placeholder={text.makerCertificate}
        maxLength={100}
        value={maker.certificate ?? ''}
        onInput={(event) => setCertificate(event.currentTarget.value)}
      />
      {onRemove !== undefined && (
        <button
          type="button"
          class="button-small"
          aria-label={filled(text.removeMaker, maker.name)}
          onClick={onRemove}
        >
          ×
        </button>
      )}
    </div>
  );
}
