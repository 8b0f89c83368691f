import type { ComparisonWords } from './comparison-words.ts';

export const comparisonWordsZh: ComparisonWords = {
  labels: {
    'page-difference': '取证前页面与重新加载后页面的比对',
    'unexplained-text': '无来源文字（未见于任何已记录的响应）',
    'page-input': '人为操作迹象',
  },
  artefacts: {
    'found-text': '取证前可见文字',
    'visible-text': '可见文字',
    'page-metadata': '页面元数据',
    facts: '比对结果',
    storage: '网页本地存储',
  },
  whats: {
    text: '可见文字',
    storage: '网页本地存储',
  },
  phrases: {
    'warn-found-only':
      '取证前页面上有 {0} 处文字，重新加载后不再出现，也不见于任何已记录的响应：可能经人为改动，也可能是随时变化的内容，见第五部分。',
    'difference-none': '标题与可见文字一致（{0} 行）',
    'difference-title': '标题不同：取证前“{0}”，重新加载后“{1}”',
    'difference-lines': '可见文字：取证前 {0} 行，之后 {1} 行；仅取证前有 {2} 行，仅之后有 {3} 行',
    'difference-found': '仅取证前：{0}',
    'difference-final': '仅之后：{0}',
    'difference-unknown': '无法：取证前或取证时的页面文字缺失',
    'unexplained-none': '无来源文字：0（比对文字 {0} 处，已记录的文本响应 {1} 个）',
    'unexplained-count':
      '无来源文字：{0}（比对文字 {1} 处，已记录的文本响应 {2} 个；其中 {3} 处的全部字词见于响应，可能由脚本拼合）',
    'unexplained-found-only': '其中 {0} 处只在取证前的页面上，重新加载后不再出现',
    'unexplained-entry': '{0}',
    'unexplained-missing': '另有 {0} 个文本响应的内容未能保存，未参与比对',
    'unexplained-unknown': '无法：页面所依据的响应未被记录（按现状取证或未能重新加载）',
    'unexplained-limits':
      '脚本运算得出的文字也会列入；在调试接口之下所作的改动（本地覆盖、代理、hosts 文件、其他扩展的重定向）不会显现。',
    'listed-in-facts': '其余见 evidence/facts.json',
    'cached-responses': '{0} 个响应来自浏览器缓存或 Service Worker，而非网络',
    'input-found': '取证前：页面加载后曾有人点击、键入或触摸',
    'input-final': '取证期间：重新加载后曾有人点击、键入或触摸',
    'input-none': '未发现人为操作',
    'input-unknown': '无法：浏览器未提供',
    'input-controls': '{0} 个表单控件的值与页面交付时不同（人为或脚本）',
  },
};
