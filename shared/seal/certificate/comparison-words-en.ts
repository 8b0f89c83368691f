import type { ComparisonWords } from './comparison-words.ts';

export const comparisonWordsEn: ComparisonWords = {
  labels: {
    'page-difference': 'As found beside as reloaded',
    'unexplained-text': 'Unexplained text',
    'page-input': 'Signs of input by hand',
  },
  artefacts: {
    'found-text': 'visible text as found',
    'visible-text': 'visible text',
    'page-metadata': 'page metadata',
    facts: 'comparison',
    storage: 'web storage',
  },
  whats: {
    text: 'visible text',
    storage: 'web storage',
  },
  phrases: {
    'warn-found-only':
      '{0} texts stood on the page as found, not on the page as reloaded, and in no recorded response: edited by hand, or content that changes by itself; see part 5.',
    'difference-none': 'title and visible text agree',
    'difference-title': 'the title differs: as found, as reloaded',
    'difference-lines': 'lines as found {0}, after {1}; only as found {2}, only after {3}',
    'difference-found': 'only as found',
    'difference-final': 'only after',
    'difference-unknown': 'not possible: the text of one of the two is missing',
    'unexplained-none': 'unexplained text: 0 of {0}; {1} textual responses',
    'unexplained-count': 'unexplained text: {0} of {1}; {2} textual responses; of {3} every word is recorded',
    'unexplained-found-only': '{0} of them only on the page as found',
    'unexplained-entry': 'in no recorded response',
    'unexplained-missing': '{0} textual responses could not be stored and were not compared',
    'unexplained-unknown': 'not possible: the responses behind the page were not recorded',
    'unexplained-limits':
      'text that scripts compute is listed too; edits below the debugger (local overrides, proxies, hosts file, redirects by other extensions) do not show',
    'listed-in-facts': 'the rest: evidence/facts.json',
    'cached-responses': '{0} responses came from cache or service worker',
    'input-found': 'as found: a person had clicked, typed or tapped since loading',
    'input-final': 'during the capture: a person clicked, typed or tapped',
    'input-none': 'none seen',
    'input-unknown': 'not possible: the browser does not tell',
    'input-controls': '{0} form controls hold another value than delivered',
  },
};
