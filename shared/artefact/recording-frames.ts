import { defineArtefact } from './define-artefact.ts';

/** Silent recording: JPEG pictures one after the other, where the browser refused picture and sound of the tab. */
export const recordingFrames = defineArtefact({
  kind: 'recording-frames',
  mediaType: 'video/x-motion-jpeg',
  path: () => 'evidence/recording.mjpeg',
  many: false,
});
