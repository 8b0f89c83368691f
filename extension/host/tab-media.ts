/** What a running recording of a tab gives. */
export interface TabMedia {
  readonly sound: boolean;
  /** Of the picture, in px. */
  readonly width: number;
  readonly height: number;
  /** Hands over a piece of WebM about every `ms`; resolves when recording has ended, by `stop` or with the tab. */
  record(ms: number, onPiece: (piece: Blob) => void): Promise<void>;
  /** Largest sample of the sound since the last call. */
  takeFacts(): { readonly peak?: number };
  stop(): void;
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
  const { width = 0, height = 0 } = media.getVideoTracks()[0]?.getSettings() ?? {};
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
    takeFacts: () => (meter === undefined ? {} : { peak: meter.take() }),
    record: (ms, onPiece) =>
      new Promise((resolve) => {
        recorder.ondataavailable = ({ data }) => {
          if (data.size > 0) onPiece(data);
        };
        recorder.onstop = () => {
          release();
          resolve();
        };
        recorder.start(ms);
      }),
    stop: () => {
      if (recorder.state !== 'inactive') recorder.stop();
    },
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
