import administration from './administration.json';
import correspondence from './correspondence.json';
import knowledge from './knowledge.json';
import opening from './opening.json';
import shell from './shell.json';
import trust from './trust.json';

export default { ...administration, ...correspondence, ...knowledge, ...opening, ...shell, ...trust };
