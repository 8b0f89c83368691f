import type { MeAnswer } from '#shared/api/people';
import { deviceRights } from '../device-rights.ts';
import { mayPair } from '../may-pair.ts';
import { PageLink } from '../SiteHeader.tsx';
import { useWording } from '../wording.ts';

/** Who is signed in, and what can be done here. */
export function Home({ me }: { me: MeAnswer }) {
  const { text } = useWording();
  return (
    <section class="card">
      <h1>{me.displayName}</h1>
      <dl>
        <dt>{text.userName}</dt>
        <dd>{me.name}</dd>
        <dt>{text.role}</dt>
        <dd>{text.roles[me.role]}</dd>
        <dt>{text.organisation}</dt>
        <dd>{me.organisation.name}</dd>
      </dl>
      <ul class="tasks">
        {mayPair(me.role) && (
          <li>
            <PageLink to="/pair">{text.pairTitle}</PageLink>
          </li>
        )}
        {deviceRights(me.role).see && (
          <li>
            <PageLink to="/devices">{text.devicesTitle}</PageLink>
          </li>
        )}
        <li>
          <PageLink to="/security">{text.securityTitle}</PageLink>
        </li>
      </ul>
    </section>
  );
}
