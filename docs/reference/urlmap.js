// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the reference of what the library is built on is read.
baseURLs = [
  ['GLib', 'https://docs.gtk.org/glib/'],
  ['GObject', 'https://docs.gtk.org/gobject/'],
  ['Gio', 'https://docs.gtk.org/gio/'],
  ['StateSync', '../../statesync-1/StateSync-1/'],
  ['Json', 'https://gnome.pages.gitlab.gnome.org/json-glib/'],
];
