/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "storage/disk-record.h"

G_BEGIN_DECLS

/* Faults in what SQLite asks of the system: files and memory. They are installed for the whole
 * process, which has one thread, before it uses SQLite. */

/* The calls that can fail; several may be combined. */
typedef enum
{
  FAULT_OPEN = 1 << 0,
  FAULT_READ = 1 << 1,
  FAULT_WRITE = 1 << 2,
  FAULT_SYNC = 1 << 3,
  FAULT_TRUNCATE = 1 << 4,
  FAULT_DELETE = 1 << 5,
  FAULT_OTHER = 1 << 6,  /* asking for a size, for existence, for a lock */
  FAULT_MEMORY = 1 << 7, /* whatever the kind, there is none */
} FaultCalls;

#define FAULT_ANY_CALL 0x7f
#define FAULT_CHANGING (FAULT_WRITE | FAULT_SYNC | FAULT_TRUNCATE | FAULT_DELETE)

typedef enum
{
  FAULT_IO_ERROR,  /* nothing happens */
  FAULT_DISK_FULL, /* nothing happens */
  FAULT_SHORT,     /* half of a write happens, then the disk is full */
  FAULT_TOO_LATE,  /* it happens, and an error is reported nevertheless */
} FaultKind;

typedef struct
{
  FaultCalls calls;
  FaultKind kind;
  gboolean lasts; /* all such calls from the first one that fails */
} Fault;

void     sqlite_faults_install (void);

/* The @nth (from 1) of the calls from now on fails. */
void     sqlite_faults_arm     (const Fault *fault, guint nth);
void     sqlite_faults_disarm  (void);

/* Whether it came to that. */
gboolean sqlite_faults_fired   (void);

/* From now on, until NULL. */
void     sqlite_faults_record  (DiskRecord *record);

G_END_DECLS
