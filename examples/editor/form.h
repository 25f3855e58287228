/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <statesync/statesync.h>

G_BEGIN_DECLS

/* What is known of one document, for as long as it is open.
 *
 * Property `is-draft`: what is in it is not what the document was when the draft was made.
 * Signal `told`: there is something, a text, that the user shall be told.
 * Signal `gone`: the document is deleted, and there is no draft of it.
 */
#define EDITOR_TYPE_FORM (editor_form_get_type ())
G_DECLARE_FINAL_TYPE (EditorForm, editor_form, EDITOR, FORM, AdwPreferencesPage)

EditorForm     *editor_form_new          (StateSyncTopic     *document);
StateSyncTopic *editor_form_get_document (EditorForm         *self);
gboolean        editor_form_is_draft     (EditorForm         *self);
void            editor_form_discard      (EditorForm         *self);

/* The form itself tells why it is not saved, or asks. */
void            editor_form_save_async   (EditorForm         *self,
                                          GAsyncReadyCallback callback,
                                          gpointer            user_data);
gboolean        editor_form_save_finish  (EditorForm         *self,
                                          GAsyncResult       *result);

G_END_DECLS
