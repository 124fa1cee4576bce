export { type Assets, loadAssets } from './assets';
export { type IconOptions, icon } from './icon';
