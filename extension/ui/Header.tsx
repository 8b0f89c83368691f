import type { ServiceState } from '../messages/protocol.ts';
import { filled, useWording } from './wording.ts';

interface Props {
  readonly service: ServiceState | undefined;
  onLanguage(): void;
}

/** Name, service, language. */
export function Header({ service, onLanguage }: Props) {
  const { text, language } = useWording();
  return (
    <header class="header">
      <div class="brand">
        <span class="brand-seal" aria-hidden="true">
          证
        </span>
        <div>
          <h1>{text.product}</h1>
          <p>{text.tagline}</p>
        </div>
      </div>
      <div class="header-side">
        <ServiceChip service={service} />
        <button
          type="button"
          class="button-small"
          lang={language === 'zh' ? 'en' : 'zh-CN'}
          onClick={onLanguage}
        >
          {text.otherLanguage}
        </button>
      </div>
    </header>
  );
}

function ServiceChip({ service }: { service: ServiceState | undefined }) {
  const { text } = useWording();
  if (service === undefined) return <span class="chip">{text.checking}</span>;
  const { paired, reachable, clockOffset, roundTrip, device } = service;
  const [tone, label] = !paired
    ? ['chip-warn', text.notPaired]
    : reachable
      ? ['chip-good', text.connected]
      : ['chip-bad', text.unreachable];
  const clock =
    clockOffset === undefined || roundTrip === undefined ? [] : [filled(text.clock, clockOffset, roundTrip)];
  const about = [service.service, service.origin, filled(text.device, device), ...clock].filter(Boolean);
  return (
    <span class={`chip ${tone}`} title={about.join('\n')} role="status">
      {label}
    </span>
  );
}
