import { expect, test } from 'vitest';
import type { FrameSurvey } from './page/survey-frame.ts';
import { surveyOmissions } from './survey-omissions.ts';

const empty: FrameSurvey = {
  url: 'http://a.test/',
  controls: [],
  secretControls: 0,
  images: [],
  canvases: 0,
  videos: [],
  scrollAreas: [],
};
const unanswered = () => undefined;
const answered =
  (status: number, failed = false, mediaType = 'image/png') =>
  () => ({ status, failed, mediaType });
const broken = { ...empty, images: [{ url: 'http://a.test/i.png', state: 'broken' as const }] };

test('a page that shows nothing special has no entry', () => {
  expect(surveyOmissions(empty, unanswered)).toEqual([]);
});

test('an image without an answer never loaded, one with a good answer could not be shown', () => {
  expect(surveyOmissions(broken, unanswered)[0]).toMatchObject({ what: 'image', reason: 'never-loaded' });
  expect(surveyOmissions(broken, answered(200))[0]).toMatchObject({ what: 'image', reason: 'not-readable' });
});

test('an image whose request has its own entry is not listed twice, nor SVG without a size', () => {
  expect(surveyOmissions(broken, answered(404))).toEqual([]);
  expect(surveyOmissions(broken, answered(0, true))).toEqual([]);
  expect(surveyOmissions(broken, answered(200, false, 'image/svg+xml'))).toEqual([]);
});

test('one image in many places is one entry; more than a hundred are counted', () => {
  const images = (count: number, distinct: boolean) =>
    Array.from({ length: count }, (_, n) => ({
      url: `http://a.test/${distinct ? n : 0}`,
      state: 'pending' as const,
    }));
  expect(surveyOmissions({ ...empty, images: images(5, false) }, unanswered)).toHaveLength(1);
  const many = surveyOmissions({ ...empty, images: images(250, true) }, unanswered);
  expect(many).toHaveLength(101);
  expect(many.at(-1)).toEqual({ what: 'image', reason: 'over-limit', detail: '150 more of the same' });
});

test('canvas and video are listed with what is known of them', () => {
  const survey: FrameSurvey = {
    ...empty,
    canvases: 2,
    videos: [{ url: '', protected: true, at: 1.25, duration: 60 }],
  };
  expect(
    surveyOmissions(survey, unanswered).map(({ what, reason, detail }) => [what, reason, detail]),
  ).toEqual([
    ['canvas', 'not-readable', expect.stringContaining('2 drawn by script')],
    ['video', 'protected-media', expect.stringContaining('of 60.0 s')],
  ]);
});
