export { createMailer, type Mail, type Mailer, mailFolder } from './mailer';
