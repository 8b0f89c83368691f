import { deviceRights } from './device-rights.ts';
import { goTo, type Path } from './route.ts';
import type { Session } from './session.ts';
import { useAction } from './use-action.ts';
import { useWording } from './wording.ts';

/** Whose service this is, who is signed in, and the ways to the other pages. */
export function SiteHeader({ session, onLanguage }: { session: Session; onLanguage(): void }) {
  const { text } = useWording();
  const leave = useAction(async () => {
    await session.leave();
    goTo('/');
  });
  const { me } = session;
  return (
    <header>
      <p class="brand">{session.ways?.organisation ?? text.title}</p>
      {me && (
        <nav aria-label={text.pages}>
          <PageLink to="/">{text.home}</PageLink>
          <PageLink to="/pair">{text.pairTitle}</PageLink>
          {deviceRights(me.role).see && <PageLink to="/devices">{text.devicesTitle}</PageLink>}
          <PageLink to="/security">{text.securityTitle}</PageLink>
        </nav>
      )}
      <div class="who">
        {me && <span>{me.displayName}</span>}
        {me && (
          <button type="button" disabled={leave.busy} onClick={() => void leave.run()}>
            {text.signOut}
          </button>
        )}
        <button type="button" lang={text.otherLanguageTag} onClick={onLanguage}>
          {text.otherLanguage}
        </button>
      </div>
    </header>
  );
}

/** A link that a new tab or window can follow too. */
export function PageLink({ to, children }: { to: Path; children: string }) {
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    goTo(to);
  };
  const current = location.pathname === to ? 'page' : undefined;
  return (
    <a href={to} onClick={follow} aria-current={current}>
      {children}
    </a>
  );
}
