import { userSessionsAnswer } from '#shared/api/people';
import { ask, nothing } from '../api.ts';
import { ErrorNote } from '../ErrorNote.tsx';
import { useWording } from '../wording.ts';
import { Instant } from './Instant.tsx';
import { RemoveButton } from './RemoveButton.tsx';
import { useList } from './use-list.ts';

/** Browsers this person is signed in with. */
export function SessionCard() {
  const { text } = useWording();
  const { list, error, reload } = useList('/me/sessions', userSessionsAnswer);
  return (
    <section class="card">
      <h2>{text.sessions}</h2>
      <ErrorNote error={error} />
      <ul class="list">
        {list?.sessions.map(({ id, agent, seenAt, current }) => (
          <li key={id}>
            <span>
              {agent === '' ? text.unknownBrowser : agent}
              <small>
                {current ? text.thisBrowser : text.lastSeen} <Instant at={seenAt} />
              </small>
            </span>
            {!current && (
              <RemoveButton
                label={`${text.remove} ${agent}`}
                remove={() => ask(`/me/sessions/${id}`, { method: 'DELETE', answer: nothing }).then(reload)}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
