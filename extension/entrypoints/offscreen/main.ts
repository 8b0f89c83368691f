import { wireOffscreen } from '../../pipeline/wire-offscreen.ts';

wireOffscreen();
