import {
  captureShortcut,
  mayListExtensions,
  requestExtensionList,
  requestOrigin,
  targetTabOf,
  watchTabs,
} from '../../host/panel-platform.ts';
import { mountPanel } from '../../ui/mount-panel.tsx';

const root = document.getElementById('app');
const targetTab = targetTabOf(location.search);
if (root !== null)
  mountPanel(root, {
    watchTabs,
    requestOrigin,
    mayListExtensions,
    requestExtensionList,
    shortcut: captureShortcut,
    locales: navigator.languages,
    ...(targetTab === undefined ? {} : { targetTab }),
  });
