// SPDX-License-Identifier: LGPL-2.1-or-later
// What GJS imports by introspection, and Debian has no declarations of.
declare module 'gi://*' {
    const namespace: any;
    export default namespace;
}
