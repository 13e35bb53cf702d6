// What the app does with photos and why, in plain words, in Simplified Chinese.
import type { Strings } from '../languages';

export const about: Strings['about'] = {
  title: '关于 DeepDog',
  open: '哪些内容留在这台设备上',
  back: '返回设置',
  stays: {
    title: '留在这里的',
    text: '你的照片、我的判断和你的历史记录都留在这台设备上。每张照片都在这里判断，所以没有网络也能用。别人都看不到。',
  },
  leaves: {
    title: '可能离开的',
    text: '只有你主动发送的内容。当你告诉我看错了，我会发送你的答案、我的判断和得分、所用的模型、你给我看照片的时间和你的留言。一起发送的还有我的版本、我运行的平台（iOS、Android 或网页）、用来撤回这份报告的编号，以及我第一次在这里启动时生成的一个随机数：它在你的每份报告里都相同。只有你打开开关，照片才会一起发送，而且不带照片里记录的地点和相机信息。',
  },
  counts: {
    title: '计数',
    text: '如果你在设置中允许，我每天会报告一次我判断了多少张照片、更新进行得怎样。只有数字。在你打开之前，它是关闭的。',
  },
  takeBack: {
    title: '撤回',
    text: '在“我的报告”里，你可以撤回任何一份报告。服务器随后会把它连同照片一起删除。',
  },
  updates: {
    title: '我怎样变得更好',
    text: '我会不时取来一个新模型。使用之前，我会检查是谁签的名，并且先试一试。服务器只知道有设备来问过，就像任何网站一样，并不知道设备上有哪些照片。',
  },
  mistakes: {
    title: '我会出错',
    text: '我只是一个眼神不错的玩笑。请不要问我过敏的事，也不要问我什么东西能不能吃。',
  },
  made: (version) => `DeepDog ${version}，以 MIT 许可证发布的自由软件。`,
  font: (name, author) => `字体：${name}，作者 ${author}，使用 SIL Open Font License。`,
};
