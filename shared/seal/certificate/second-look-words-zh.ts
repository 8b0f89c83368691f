import type { SecondLookWords } from './second-look-words.ts';

/** 中文用语。 */
export const secondLookWordsZh: SecondLookWords = {
  labels: { 'second-source': '旁证' },
  phrases: {
    'single-source': '单一来源：封存时没有服务端或第二台设备的旁证，所记内容只依据本取证设备及其操作人',
    'look-connection':
      '{0}：服务端于 {1} 自行解析并连接 {2}（{3}）一次，只比对地址与证书，未请求任何内容；不能说明页面内容',
    'look-address-same': '地址：设备记录的地址在服务端解析结果之中',
    'look-address-different': '地址：设备记录的 {0} 不在服务端解析结果之中（大型网站在各地解析结果可以不同）',
    'look-address-not-recorded': '地址：设备未记录',
    'look-certificate-same': '证书：与设备记录的相同',
    'look-certificate-same-issuer-and-names': '证书：与设备记录的不是同一张，但签发者与所列域名相同',
    'look-certificate-different': '证书：与设备记录的不同，设备的连接可能经过代理',
    'look-certificate-not-recorded': '证书：设备未记录',
    'look-capture': '{0}：设备 {1} 对同一网址的取证 {2}（封存包 {3}），两者开始时间相差 {4} 秒（设备时钟）',
    'look-officers-different': '两台设备由不同人员登记',
    'look-officers-not-known': '两台设备是否由不同人员登记：不明',
    'look-title-same': '标题：相同',
    'look-title-different': '标题：不同（“{0}”；“{1}”）',
    'look-text-same': '正文：相同，共 {0} 行',
    'look-text-different': '正文：不同，仅本次有 {0} 行，仅另一次有 {1} 行',
    'look-text-not-recorded': '正文：未记录，未比对',
    'look-prices-none': '价格：两次正文中均未识别到价格',
    'look-prices-same': '价格：相同（{0}）',
    'look-prices-different': '价格：不同（本次 {0}；另一次 {1}）',
    'look-prices-not-recorded': '价格：未记录，未比对',
  },
};
