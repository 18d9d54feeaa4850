process.send?.({ kind: 'cannot-start', message: 'the image library is not there' });
