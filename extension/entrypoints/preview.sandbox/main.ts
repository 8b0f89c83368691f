import { drawStored } from '../../ui/draw-stored.ts';

addEventListener('message', ({ data }: MessageEvent<unknown>) => drawStored(document.body, data));
