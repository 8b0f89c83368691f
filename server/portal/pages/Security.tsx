import type { MeAnswer } from '#shared/api/people';
import { PasskeyCard } from '../security/PasskeyCard.tsx';
import { PasswordCard } from '../security/PasswordCard.tsx';
import { SessionCard } from '../security/SessionCard.tsx';
import { TokenCard } from '../security/TokenCard.tsx';
import { TotpCard } from '../security/TotpCard.tsx';
import type { Session } from '../session.ts';
import { useWording } from '../wording.ts';

/** One's own ways to sign in, sessions and tokens. */
export function Security({ session, me }: { session: Session; me: MeAnswer }) {
  const { text } = useWording();
  return (
    <>
      <h1>{text.securityTitle}</h1>
      <PasskeyCard me={me} possible={session.ways?.passkeys === null} />
      <TotpCard me={me} onChanged={session.refresh} />
      {me.password && <PasswordCard onChanged={session.enter} />}
      <SessionCard />
      <TokenCard />
    </>
  );
}
