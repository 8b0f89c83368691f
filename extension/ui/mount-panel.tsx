import { render } from 'preact';
import { openReader } from '../store/read/reader.ts';
import { App } from './App.tsx';
import type { Platform } from './platform.ts';
import './style/panel.css';

/** Draws the panel into `root`. */
export function mountPanel(root: Element, browser: Omit<Platform, 'reader'>): void {
  render(<App platform={{ ...browser, reader: openReader() }} />, root);
}
