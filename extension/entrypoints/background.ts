import { defineBackground } from 'wxt/utils/define-background';
import { wireServiceWorker } from '../pipeline/wire-service-worker.ts';

export default defineBackground({ type: 'module', main: wireServiceWorker });
