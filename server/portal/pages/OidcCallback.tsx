import { useEffect } from 'preact/hooks';
import { meAnswer } from '#shared/api/people';
import { ask } from '../api.ts';
import { ErrorNote } from '../ErrorNote.tsx';
import { goTo, takeFromAddress } from '../route.ts';
import { PageLink } from '../SiteHeader.tsx';
import type { Session } from '../session.ts';
import { useAction } from '../use-action.ts';
import { useWording } from '../wording.ts';

/** Where the identity provider sends the browser back to. */
export function OidcCallback({ session }: { session: Session }) {
  const { text } = useWording();
  const finish = useAction(async () => {
    const body = { parameters: takeFromAddress('search') };
    session.enter(await ask('/oidc/finish', { method: 'POST', body, answer: meAnswer }));
    goTo('/');
  });
  useEffect(() => void finish.run(), []);
  return (
    <section class="card">
      <h1>{text.signInTitle}</h1>
      {finish.error === undefined ? (
        <p role="status">{text.wait}</p>
      ) : (
        <PageLink to="/sign-in">{text.back}</PageLink>
      )}
      <ErrorNote error={finish.error} />
    </section>
  );
}
