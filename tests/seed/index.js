export default {
  async fetch ( request , env ) {
    try {
      let workerName = new URL ( request . url ) . host . split ( '.' ) [ 0 ] ;
      let userWorker = env . dispatcher . get ( workerName , { } , { outbound : { customer_name : workerName , url : request . url } } ) ;
      return await userWorker . fetch ( request ) ;
    } catch ( e ) {
      if ( e . message . startsWith ( 'Worker not found' ) ) {
        return new Response ( '' , { status : 404 } ) ;
      }
      return new Response ( e . message , { status : 500 } ) ;
    }
  } ,
} ;
