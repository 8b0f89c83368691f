import { defineBackground } from 'wxt/utils/define-background';
import { wireServiceWorker } from '../pipeline/wire-service-worker.ts';

export default defineBackground({ include: ['chrome'], type: 'module', main: wireServiceWorker });
