/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/standard-files.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* A program may be started with these descriptors closed. The next files that it opens, a socket
 * or the database, then get their numbers, and what is printed or logged is written into them.
 *
 * Each is opened for the way in which it is not used: so to read or to write fails as if it were
 * still closed, and nothing that was to be printed seems to have been. */
void
process_take_standard_files (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    {
      int wrong_way = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

      /* Those below are open, so this one gets the number; if not, nothing is safe to open. */
      if (fcntl (fd, F_GETFD) < 0 && open ("/dev/null", wrong_way) != fd)
        exit (EXIT_FAILURE);
    }
}
