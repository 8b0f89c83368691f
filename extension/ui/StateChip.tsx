import type { CaptureState } from '#shared/view/capture-view';
import { stateTexts } from '#shared/view/text/capture-words';
import { useWording } from './wording.ts';

const tones: Readonly<Record<CaptureState, string>> = {
  draft: 'chip-busy',
  captured: 'chip-busy',
  anchored: 'chip-busy',
  bundled: 'chip-busy',
  uploaded: 'chip-busy',
  sealed: 'chip-seal',
  refused: 'chip-bad',
  failed: 'chip-bad',
  discarded: '',
};

export function StateChip({ state }: { state: CaptureState }) {
  const { language } = useWording();
  return <span class={`chip ${tones[state]}`}>{stateTexts[state][language]}</span>;
}
