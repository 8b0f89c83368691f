import { recordPieces } from './media-pieces.ts';

/** What a running recording of a tab gives. */
export interface TabMedia {
  readonly sound: boolean;
  /** Of the picture, in px. */
  readonly width: number;
  readonly height: number;
  /** Hands over a piece of WebM about every `ms`, empty when there was nothing; resolves when recording has ended, by `stop` or with the tab. */
  record(ms: number, onPiece: (piece: Blob) => void): Promise<void>;
  /** Since the last call: largest sample of the sound, pictures the browser gave up where it tells. */
  takeFacts(): { readonly peak?: number; readonly droppedFrames?: number };
  stop(): void;
}

/** Counts since the track began (mediacapture-extensions, MediaStreamTrackVideoStats); Chromium 125 has none of a tab. */
interface CountedTrack {
  readonly stats?: { readonly deliveredFrames: number; readonly totalFrames: number } | null;
}

/** Chromium's own way to name a tab as a source; not in the standard's types. */
interface TabConstraints extends MediaTrackConstraints {
  readonly mandatory: Readonly<Record<string, string | number>>;
}

const TYPE = 'video/webm;codecs=vp8,opus';
const LEVEL_MS = 100;

/**
 * Takes picture and sound of a tab by a key from `chrome.tabCapture`. Chromium silences a tab whose sound is taken,
 * so it is played to the user from here.
 * @throws DOMException when the key is void or the tab gives nothing
 */
export async function openTabMedia(stream: string): Promise<TabMedia> {
  const source = { chromeMediaSource: 'tab', chromeMediaSourceId: stream };
  const audio: TabConstraints = { mandatory: source };
  const video: TabConstraints = {
    mandatory: { ...source, maxWidth: 1920, maxHeight: 1200, maxFrameRate: 25 },
  };
  const media = await navigator.mediaDevices.getUserMedia({ audio, video });
  const [picture] = media.getVideoTracks();
  const { width = 0, height = 0 } = picture?.getSettings() ?? {};
  const dropped = droppedSince(picture as CountedTrack | undefined);
  const sound = media.getAudioTracks().length > 0;
  const meter = sound ? playAndMeter(media) : undefined;
  const recorder = new MediaRecorder(media, {
    mimeType: TYPE,
    videoBitsPerSecond: 1_500_000,
    audioBitsPerSecond: 96_000,
  });
  const release = () => {
    for (const track of media.getTracks()) track.stop();
    meter?.close();
  };
  return {
    sound,
    width,
    height,
    takeFacts: () => ({ ...(meter === undefined ? {} : { peak: meter.take() }), ...dropped() }),
    record: (ms, onPiece) => recordPieces(recorder, ms, onPiece, release),
    stop: () => {
      if (recorder.state !== 'inactive') recorder.stop();
    },
  };
}

function droppedSince(track: CountedTrack | undefined): () => { readonly droppedFrames?: number } {
  let before = 0;
  return () => {
    const stats = track?.stats;
    if (stats === undefined || stats === null) return {};
    const dropped = stats.totalFrames - stats.deliveredFrames;
    const droppedFrames = Math.max(0, dropped - before);
    before = dropped;
    return { droppedFrames };
  };
}

function playAndMeter(media: MediaStream): { take(): number; close(): void } {
  const context = new AudioContext();
  const source = context.createMediaStreamSource(media);
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  source.connect(analyser);
  source.connect(context.destination);
  const samples = new Float32Array(analyser.fftSize);
  let peak = 0;
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    peak = samples.reduce((largest, sample) => Math.max(largest, Math.abs(sample)), peak);
  }, LEVEL_MS);
  return {
    take: () => {
      const taken = Math.min(1, Math.round(peak * 1000) / 1000);
      peak = 0;
      return taken;
    },
    close: () => {
      clearInterval(timer);
      void context.close();
    },
  };
}
