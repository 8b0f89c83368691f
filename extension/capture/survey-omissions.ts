import type { NotCaptured } from '#shared/artefact/not-captured';
import type { FrameSurvey } from './page/survey-frame.ts';

const MAX_URL = 20_000;
/** Entries of one kind for one frame; the rest is counted. */
const MAX_ENTRIES = 100;

/** What is known of the network's answer to an image. */
export type AnswerTo = (url: string) => { failed: boolean; status: number; mediaType: string } | undefined;

/**
 * Ledger entries for what one frame shows and no artefact holds. Images whose request failed or was answered with an
 * error have their entry as a resource already. SVG without a size of its own counts as broken to scripts although
 * it shows.
 */
export function surveyOmissions(survey: FrameSurvey, answerTo: AnswerTo): NotCaptured[] {
  return [...imageOmissions(survey, answerTo), ...mediaOmissions(survey)];
}

function imageOmissions({ images }: FrameSurvey, answerTo: AnswerTo): NotCaptured[] {
  const omissions = new Map<string, NotCaptured>();
  for (const { url, state } of images) {
    const answer = answerTo(url);
    const listed = answer !== undefined && (answer.failed || answer.status >= 400);
    if (listed || answer?.mediaType === 'image/svg+xml') continue;
    omissions.set(url, {
      what: 'image',
      reason: answer === undefined ? 'never-loaded' : 'not-readable',
      url: url.slice(0, MAX_URL),
      detail: state === 'pending' ? 'not loaded' : 'shows nothing',
    });
  }
  return limited([...omissions.values()], 'image');
}

function mediaOmissions({ url, canvases, videos }: FrameSurvey): NotCaptured[] {
  const canvas: NotCaptured[] =
    canvases === 0
      ? []
      : [
          {
            what: 'canvas',
            reason: 'not-readable',
            url: url.slice(0, MAX_URL),
            detail: `${canvases} drawn by script; the pictures show them, DOM and MHTML do not`,
          },
        ];
  const played = videos.map(
    (video): NotCaptured => ({
      what: 'video',
      reason: video.protected ? 'protected-media' : 'not-readable',
      url: (video.url || url).slice(0, MAX_URL),
      detail: `stood at ${video.at.toFixed(1)} s${video.duration < 0 ? '' : ` of ${video.duration.toFixed(1)} s`}; no more than one frame of it is pictured`,
    }),
  );
  return [...canvas, ...limited(played, 'video')];
}

function limited(omissions: NotCaptured[], what: NotCaptured['what']): NotCaptured[] {
  const rest = omissions.length - MAX_ENTRIES;
  if (rest <= 0) return omissions;
  const more: NotCaptured = { what, reason: 'over-limit', detail: `${rest} more of the same` };
  return [...omissions.slice(0, MAX_ENTRIES), more];
}
