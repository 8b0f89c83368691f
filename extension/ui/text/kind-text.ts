import { useContext } from 'preact/hooks';
import type { Language } from '#shared/view/language';
import { LanguageContext } from '../wording.ts';

/** Words for choosing what is captured: page, region, file, and linked steps. */
interface KindText {
  readonly kind: string;
  readonly kinds: Readonly<Record<'page' | 'region' | 'file', string>>;
  readonly hints: Readonly<Record<'page' | 'region' | 'file', string>>;
  readonly pickRegion: string;
  readonly pickLink: string;
  readonly picking: string;
  readonly stopPicking: string;
  readonly chosenRegion: string;
  readonly fileSource: string;
  readonly thisAddress: string;
  readonly chosenLink: string;
  readonly download: string;
  readonly noLink: string;
  readonly sequence: string;
  readonly sequenceHint: string;
  readonly sequenceTitle: string;
  readonly beginSequence: string;
  readonly stepLabel: string;
  readonly lastStep: string;
  readonly addStep: string;
  readonly withdrawLabel: string;
  readonly withdrawn: string;
  readonly endSequence: string;
}

const texts: Readonly<Record<Language, KindText>> = {
  zh: {
    kind: '取证内容',
    kinds: { page: '网页', region: '选定区域', file: '文件' },
    hints: {
      page: '整页截图、DOM 与全部网络往来。',
      region: '在页面上选定一处，另存其截图与文字；整页照常保存。',
      file: '由扩展程序重新请求文件，保存准确字节、响应头与来源页面；PDF 页面也用此项。',
    },
    pickRegion: '在页面上选择…',
    pickLink: '选择页面上的链接…',
    picking: '请在页面上选择；Esc 取消',
    stopPicking: '停止选择',
    chosenRegion: '已选定：{0} × {1} 像素',
    fileSource: '文件来源',
    thisAddress: '当前标签页的网址',
    chosenLink: '选定的链接：{0}',
    download: '已下载：{0}',
    noLink: '选定之处不是链接',
    sequence: '连续取证',
    sequenceHint: '各步相互链接，例如购买过程；每一步都是一次完整取证。',
    sequenceTitle: '名称',
    beginSequence: '开始连续取证',
    stepLabel: '本步说明',
    lastStep: '这是最后一步',
    addStep: '取证并加为第 {0} 步',
    withdrawLabel: '撤回上一步的说明',
    withdrawn: '（说明已撤回）',
    endSequence: '结束连续取证',
  },
  en: {
    kind: 'What to capture',
    kinds: { page: 'Page', region: 'Region', file: 'File' },
    hints: {
      page: 'Full-page picture, DOM and every exchange.',
      region: 'Choose a place on the page; its picture and text are kept besides the whole page.',
      file: 'The extension asks for the file anew and keeps its exact bytes, headers and origin; for PDF tabs too.',
    },
    pickRegion: 'Choose on the page…',
    pickLink: 'Choose a link on the page…',
    picking: 'Choose on the page; Esc cancels',
    stopPicking: 'Stop choosing',
    chosenRegion: 'Chosen: {0} × {1} px',
    fileSource: 'Where the file is from',
    thisAddress: 'the address of the tab in front',
    chosenLink: 'chosen link: {0}',
    download: 'downloaded: {0}',
    noLink: 'What was chosen is no link',
    sequence: 'Sequence',
    sequenceHint: 'Steps linked to each other, e.g. a test purchase; each is a whole capture.',
    sequenceTitle: 'Name',
    beginSequence: 'Begin a sequence',
    stepLabel: 'Label of this step',
    lastStep: 'This is the last step',
    addStep: 'Capture as step {0}',
    withdrawLabel: 'Take the last label back',
    withdrawn: '(label taken back)',
    endSequence: 'End the sequence',
  },
};

export function useKindText(): KindText {
  return texts[useContext(LanguageContext)];
}
