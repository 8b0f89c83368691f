import { wireWorkbench } from '../../pipeline/wire-workbench.ts';

wireWorkbench();
