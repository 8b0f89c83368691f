import type { CaptureLook, ConnectionLook, SecondLook } from '#shared/witness/second-look-file';
import { packagePath } from '../layout.ts';
import type { Fact, FactValue } from './facts.ts';
import { phrase } from './values.ts';

/** 旁证: what others than the capturing device saw, each by its file in the package; 单一来源 where nobody looked. */
export function secondLookFact(looks: readonly SecondLook[]): Fact {
  return {
    label: 'second-source',
    mark: 'service-observed',
    values:
      looks.length === 0
        ? [phrase('single-source')]
        : looks.flatMap((look, index) => {
            const file = packagePath.secondLook(index + 1);
            return look.kind === 'connection' ? connectionValues(file, look) : captureValues(file, look);
          }),
  };
}

function connectionValues(file: string, look: ConnectionLook): FactValue[] {
  const { address, certificate } = look.verdicts;
  return [
    phrase('look-connection', file, look.at, `${look.host}:${look.port}`, look.address),
    address === 'different'
      ? phrase('look-address-different', look.recorded.address ?? '')
      : phrase(`look-address-${address}`),
    phrase(`look-certificate-${certificate}`),
  ];
}

function captureValues(file: string, look: CaptureLook): FactValue[] {
  const { second, title, text, prices } = look;
  return [
    phrase(
      'look-capture',
      file,
      second.device,
      second.capture,
      second.package,
      Math.abs(look.secondsApart).toFixed(1),
    ),
    phrase(`look-officers-${look.officers}`),
    title.verdict === 'different'
      ? phrase('look-title-different', title.first, title.second)
      : phrase('look-title-same'),
    textValue(text),
    pricesValue(prices),
  ];
}

function textValue({ verdict, first, onlyFirst, onlySecond }: CaptureLook['text']): FactValue {
  if (verdict === 'not-recorded') return phrase('look-text-not-recorded');
  return verdict === 'same'
    ? phrase('look-text-same', String(first ?? 0))
    : phrase('look-text-different', String(onlyFirst.count), String(onlySecond.count));
}

function pricesValue({ verdict, first, second }: CaptureLook['prices']): FactValue {
  const yuan = (values: readonly string[]) => values.map((value) => `¥${value}`).join(' ') || '—';
  if (verdict === 'not-recorded') return phrase('look-prices-not-recorded');
  if (verdict === 'different') return phrase('look-prices-different', yuan(first), yuan(second));
  return first.length === 0 ? phrase('look-prices-none') : phrase('look-prices-same', yuan(first));
}
